import { type MixtureWeights } from './mixture';
import fitted from './fittedWeights.json';

/** The weights of the mixture, fitted by `npm run fit:ngrams` for the built-in code model. Where they come from stands beside them
 * in fittedWeights.json. */
export const fittedWeights: MixtureWeights = fitted;
