import { GenerationError, mostBeams, type Sampling } from '../../generation';

/** @throws GenerationError badRequest for settings outside their range, or that exclude each other */
export function checkSampling(sampling: Sampling): void {
	if (!isInRange(sampling))
		throw new GenerationError(
			'badRequest',
			`Sampling settings are out of range: ${JSON.stringify(sampling)}. See the setting's description.`,
		);
	if (sampling.beams && sampling.temperature !== 0)
		throw new GenerationError(
			'badRequest',
			`Beam search keeps the likeliest texts and draws none: set the temperature to 0 instead of ${sampling.temperature}, or leave out the beams.`,
		);
}

/** @throws GenerationError badRequest for more answers than the settings can give */
export function checkCandidates(candidates: number, { beams, temperature }: Sampling): void {
	const fits = Number.isInteger(candidates) && candidates >= 1 && candidates <= (beams?.count ?? mostBeams);
	const differ = candidates === 1 || beams !== undefined || temperature > 0;
	if (fits && differ) return;
	throw new GenerationError(
		'badRequest',
		fits
			? `${candidates} candidates would all be the same at temperature 0: use beams, or a temperature above 0.`
			: `${candidates} candidates are not to be had: 1 to ${mostBeams}, and with beams no more than there are beams.`,
	);
}

function isInRange({ temperature, topK = 0, topP = 1, minP = 0, ...rest }: Sampling): boolean {
	const { repetitionPenalty = 1, noRepeatNgramSize = 0, minTokens = 0, seed = 0, beams, dry } = rest;
	const shares = [topP, minP].every(share => share >= 0 && share <= 1);
	const counts = [topK, noRepeatNgramSize, minTokens].every(count => Number.isInteger(count) && count >= 0);
	const penalty = repetitionPenalty > 0 && repetitionPenalty <= 100;
	const numbers = temperature >= 0 && temperature <= 100 && shares && counts && penalty && Number.isFinite(seed);
	return numbers && isBeams(beams) && isDry(dry);
}

const isDry = (dry: Sampling['dry']): boolean =>
	dry === undefined ||
	(dry.multiplier > 0 &&
		dry.multiplier <= 100 &&
		dry.base >= 1 &&
		dry.base <= 10 &&
		Number.isInteger(dry.allowedLength) &&
		dry.allowedLength >= 1);

const isBeams = (beams: Sampling['beams']): boolean =>
	beams === undefined ||
	(Number.isInteger(beams.count) &&
		beams.count >= 1 &&
		beams.count <= mostBeams &&
		Number.isFinite(beams.lengthPenalty ?? 1));
