import { CfnCondition, CfnParameter, type CfnParameterProps, Fn, type Stack } from 'aws-cdk-lib'

export interface ChosenParameterProps extends Omit<CfnParameterProps, 'type' | 'default'> {
  /** What the environment's file says. */
  readonly inFile: string
}

export interface ChosenParameter {
  readonly parameter: CfnParameter
  readonly given: CfnCondition
  /** What holds: the parameter, and where it is empty, the file. */
  readonly value: string
}

/**
 * A parameter that is empty unless somebody gives it, and then means what the environment's file says.
 *
 * The file's value cannot be its default: CloudFormation looks at a default when a stack is made, and keeps the previous value ever after, so
 * an edited file would change nothing.
 */
export function chosenParameter(stack: Stack, id: string, { inFile, ...props }: ChosenParameterProps): ChosenParameter {
  const parameter = new CfnParameter(stack, id, { ...props, type: 'String', default: '' })
  const given = new CfnCondition(stack, `${id}Given`, {
    expression: Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, '')),
  })
  return { parameter, given, value: Fn.conditionIf(given.logicalId, parameter.valueAsString, inFile).toString() }
}
