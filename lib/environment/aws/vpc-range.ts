/** The addresses of a VPC that is made here. */
export const madeVpcRange = '10.0.0.0/16'
