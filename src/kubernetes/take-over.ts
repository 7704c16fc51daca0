/** What may be taken from others, for one Secret. */
export interface TakeOver {
  /** From kubectl, and what bears no name. */
  readonly adopt: boolean
  /** Others, by name: tools, sets and field managers. */
  readonly adoptFrom: readonly string[]
  /** Fields whose values differ, from whoever owns them. */
  readonly forceConflicts: boolean
}

/** What somebody said of it, each part apart; undefined: nothing was said. */
export type TakeOverWish = { readonly [Part in keyof TakeOver]?: TakeOver[Part] | undefined }

/** Nothing is taken unless somebody says so; of several wishes the first that says something of a part decides. */
export function decideTakeOver(wishes: readonly (TakeOverWish | undefined)[]): TakeOver {
  const first = <Part extends keyof TakeOver>(part: Part): TakeOver[Part] | undefined =>
    wishes.map((wish) => wish?.[part]).find((each) => each !== undefined)
  return {
    adopt: first('adopt') ?? false,
    adoptFrom: first('adoptFrom') ?? [],
    forceConflicts: first('forceConflicts') ?? false,
  }
}
