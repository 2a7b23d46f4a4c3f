import { type Ending } from '../answer';
import { type BracketBalance } from '../bracketBalance';
import { type Mode } from '../mode';
import { type RefusalReason } from '../outcome';
import { type Place } from '../place';
import { type CompletionRequest } from '../request';

/** What a trim may look at. */
export interface TrimContext {
	readonly place: Place;
	readonly mode: Mode;
	readonly ending: Ending;
	readonly trigger: CompletionRequest['trigger'];
	/** Unpaired brackets of the whole document. */
	readonly balance: BracketBalance;
}

/** Shortens or mends a suggestion so that it fits the document; '' when nothing of it is worth showing. Pure; '\n' line ends. */
export type Trim = (text: string, context: TrimContext) => string;

/** A trim and what to tell the user when it leaves nothing. */
export interface NamedTrim {
	readonly trim: Trim;
	readonly reason: RefusalReason;
}
