import { type MinimumConfidence, type ModelRole, type Sampling, type TaskAbility } from '../../generation';
import { type PromptPart } from '../../prompts';
import { type LanguageTokens } from './languageTokens';

/** A task the model was trained for, with its own prompt. */
export interface TaskFormat extends TaskAbility {
	/** Placeholders: `{text}` and the task's values. */
	readonly prompt: readonly PromptPart[];
}

/** A Jinja chat template from the model folder, not trusted with anything but the model's own control tokens. */
export interface ChatFormat {
	readonly template: string;
	/** The file it came from, for errors. */
	readonly file: string;
	/** Names that templates refer to: `bos_token`, `eos_token`. */
	readonly tokens: Readonly<Record<string, string>>;
}

/** Ids an encoder expects around a text. */
export interface SourceFrame {
	readonly before: readonly number[];
	readonly after: readonly number[];
}

/** How a model wants to be asked. Absent means it cannot be asked that way. */
export interface PromptFormat {
	/** First id of every sequence, for models that were trained with one. */
	readonly bosId?: number;
	/** Of encoder-decoders, whose prompt is a text of its own. */
	readonly sourceFrame?: SourceFrame;
	/** Of many-language models: their tasks are told by tokens what to read and to write. */
	readonly languages?: LanguageTokens;
	/** Placeholders: `{extension}`, `{prefix}`, `{suffix}`, `{snippets}`. With `sourceFrame` it is what the encoder reads, and the
	 * decoder, which writes the whole text, has the prefix before it. */
	readonly fill?: readonly PromptPart[];
	/** Tokens that end a fill beside the model's own stop tokens. */
	readonly fillStop: readonly string[];
	/** Placeholders: `{extension}`, `{text}`. Plain text when the model has nothing special. */
	readonly continue?: readonly PromptPart[];
	readonly tasks: readonly TaskFormat[];
	readonly chat?: ChatFormat;
}

/** What the model folder's files say about a model, checked. */
export interface ModelDescription {
	readonly roles: readonly ModelRole[];
	readonly tasks: readonly TaskAbility[];
	/** Longest prompt plus answer, in tokens. */
	readonly contextTokens: number;
	/** What the model asks of its completions. */
	readonly minimumConfidence?: MinimumConfidence;
	/** How the model wants its tasks decoded. */
	readonly taskSampling?: Sampling;
	readonly format: PromptFormat;
	/** Ids that end every answer. Never empty unless no file names one. */
	readonly stopIds: readonly number[];
	/** What the decoder of an encoder-decoder is fed first; empty for other models. */
	readonly decoderStart: readonly number[];
	/** The end token has the last place of an answer that its length ends: a place less for the rest (`forced_eos_token_id`). */
	readonly endsAtLimit: boolean;
	/** Ids that are never chosen. */
	readonly bannedIds: readonly number[];
}

/** The part of a prompt that is the user's document, whatever order the model wants it in. */
export interface DocumentIds {
	readonly before: readonly number[];
	readonly after: readonly number[];
}

/** A prompt as token ids. */
export interface BuiltPrompt {
	readonly ids: readonly number[];
	/** Ids of the user's text left out because of the budget. */
	readonly cutTokens: number;
	/** Ids that end this answer: the model's own and those of the prompt's format. */
	readonly stopIds: readonly number[];
	/** Texts that end this answer, of which nothing is delivered: what stands behind the gap, where the model writes that too. */
	readonly stopTexts?: readonly string[];
	/** What the decoder is fed first, where it is not the model's usual `decoderStart`. */
	readonly decoderStart?: readonly number[];
	/** The user's document in a fill or continue prompt, for looking its n-grams up. */
	readonly document?: DocumentIds;
	/** Offered when the text before the cursor may end inside a token; the engine may ignore it. */
	readonly healing?: Healing;
}

/** Backing off the last token of a prompt: keep `keepIds` ids, then only sample tokens that agree with `bytes`
 * (see `TokenHealer`) and deliver text from `skipBytes = bytes.length` on. */
export interface Healing {
	readonly keepIds: number;
	readonly bytes: Uint8Array;
}
