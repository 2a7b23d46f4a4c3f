import { type Alternative, type Delivery, type DoneReason, type GenerateRequest } from '../../generation';
import { type DecodingPlan, type DecodingState } from '../families/family';
import { type LoadedModel } from '../loadedModel';
import { type BuiltPrompt } from '../promptFormat';

/** A state and the tokens it holds. */
export interface Path {
	/** Decoder tokens; always as long as the state. */
	readonly tokens: number[];
	readonly state: DecodingState;
}

/** Tokens to be appended to a path: one, with guesses behind it where its state can take wrong ones back. */
export interface Feed {
	readonly path: Path;
	readonly ids: readonly number[];
}

/** Runs the model on a feed; resolves to the logits after each of its ids. @throws GenerationError */
export async function forwardFeed({ path, ids }: Feed): Promise<readonly Float32Array[]> {
	const { state } = path;
	const rows = ids.length > 1 && state.forwardEach ? await state.forwardEach(ids) : [await state.forward(ids)];
	path.tokens.push(...ids);
	return rows;
}

/** Everything that stays the same from the first token of an answer to its last. */
export interface DecodingContext {
	readonly model: LoadedModel;
	readonly request: GenerateRequest;
	readonly prompt: BuiltPrompt;
	readonly plan: DecodingPlan;
	/** Most tokens of the answer. */
	readonly mostTokens: number;
	readonly deliver: (delivery: Delivery) => void;
}

/** How tokens are chosen, one run of the model at a time; whoever holds it runs the model. */
export interface Decoding {
	/** Takes the logits behind the prompt, later those behind each of the tokens that `next` asked for. They are not valid for longer.
	 * @returns why the answer ends, once it does */
	take(rows: readonly Float32Array[]): DoneReason | undefined;
	/** What to feed next. Call it once for every run. */
	next(): Feed;
	/** Ends the answer with what there is. */
	stop(): DoneReason;
	/** Ids of the tokens that were delivered. */
	readonly tokenIds: readonly number[];
	/** All answers, best first, once there are any and where several were looked for. */
	readonly alternatives: readonly Alternative[] | undefined;
}

/** A second path that begins like this one. */
export function fork({ tokens, state }: Path): Path {
	return { tokens: [...tokens], state: state.copy() };
}

/** Texts before which an answer ends: the request's, and those of the way the model was asked. */
export function stopTexts({ request, prompt }: DecodingContext): readonly string[] {
	return [...request.stop, ...(prompt.stopTexts ?? [])];
}
