import { driverOver, temporaryFolder } from '../support/folder.ts'
import { storageContract } from './contract.ts'

// A thousand files, each made durable, would show no more than a hundred, and take half a minute where others wait for the disk.
const pageSize = 100
storageContract('filesystem', async () => driverOver(await temporaryFolder(), undefined, pageSize), { pageSize })
