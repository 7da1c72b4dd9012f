import { runProgram } from '../lib/run-program.ts'
import { exportCommand } from '../lib/terraform/export-command.ts'

process.exitCode = runProgram(() => void process.stdout.write(exportCommand(process.argv.slice(2))))
