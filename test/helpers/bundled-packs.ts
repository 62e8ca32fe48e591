import { loadProviderPacks } from '../../src/adapters/provider-packs.ts';

/** The providers that ship. */
export const packs = await loadProviderPacks();
