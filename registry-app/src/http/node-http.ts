/**
 * `node:http` without what it carries along: an `import` of it asks for every one of its exports, and `WebSocket` among them loads undici,
 * 30 ms of the start and some megabytes for nothing.
 */
export const { createServer, request } = process.getBuiltinModule('node:http')
