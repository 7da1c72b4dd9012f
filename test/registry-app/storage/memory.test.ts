import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { storageContract } from './contract.ts'

storageContract('memory', async () => memoryDriver({ now: () => new Date() }))
