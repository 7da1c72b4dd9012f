/** For how many seconds nothing may pass on a connection through the load balancer. Its own default is 60. */
export const loadBalancerIdle = 1200
