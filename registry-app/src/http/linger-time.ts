/** How long a client that keeps sending may take to notice that it has its answer, before its connection goes. Milliseconds. */
export const lingerTime = 2000
