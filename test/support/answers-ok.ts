/** Whether something answers there with 200. */
export const answersOk = (url: string): Promise<boolean> =>
  fetch(url).then(
    async answer => {
      await answer.arrayBuffer()
      return answer.status === 200
    },
    () => false,
  )
