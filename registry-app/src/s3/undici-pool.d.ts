/** Undici's pool by itself: a third of the code of the whole, and of the time and memory that its import takes. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici'
}
