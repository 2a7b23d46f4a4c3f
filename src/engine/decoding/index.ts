import { checkCandidates } from '../sampling';
import { BeamDecoding } from './beamDecoding';
import { type Decoding, type DecodingContext, type Path } from './decoding';
import { SampledPaths } from './sampledPaths';
import { SinglePath } from './singlePath';

export * from './decoding';

/** Chooses how a request is decoded. @param root holds the prompt by the time logits are taken
 * @throws GenerationError badRequest for settings that are out of range or exclude each other */
export function createDecoding(context: DecodingContext, root: Path): Decoding {
	const { sampling, candidates = 1 } = context.request;
	checkCandidates(candidates, sampling);
	if (sampling.beams) return new BeamDecoding(context, root, candidates);
	return candidates > 1 ? new SampledPaths(context, root, candidates) : new SinglePath(context, root, sampling);
}
