import { driverOver, temporaryFolder } from '../support/folder.ts'
import { storageContract } from './contract.ts'

storageContract('filesystem', async () => driverOver(await temporaryFolder()))
