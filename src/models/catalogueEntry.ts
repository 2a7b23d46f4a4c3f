import * as v from 'valibot';
import { fillFormats } from '../prompts';

const count = (largest: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(largest));
const grade = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5)));

/** 'owner/name' as the hub allows it. */
export const repositoryPattern = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/;

/** Branch, tag or commit: no path that climbs, nothing a URL would read differently. */
export const revisionPattern = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Endings of graph files, 'full' for none; see graphFiles.ts. */
export const variantNames = ['full', 'fp16', 'int8', 'quantized', 'q8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const;
export type VariantName = (typeof variantNames)[number];

const variantSchema = v.object({
	variant: v.picklist(variantNames),
	/** Millions of bytes of all its graph files together, as the host lists them or as `sizes` says. */
	megabytes: count(1_000_000),
});

/** One model that can be downloaded. What is not known for sure before the download (commit, exact sizes, sha256) is taken from
 * the host then, and pinned in the installed folder. */
export const entrySchema = v.object({
	repository: v.pipe(v.string(), v.regex(repositoryPattern)),
	name: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
	revision: v.optional(v.pipe(v.string(), v.regex(revisionPattern)), 'main'),
	family: v.picklist(['decoder-only', 'encoder-decoder']),
	/** How good it is for a role beside the other models, 1 to 5; a role without a grade is not what it is for. */
	roles: v.object({ fill: grade, task: grade, chat: grade }),
	licence: v.pipe(v.string(), v.minLength(1), v.maxLength(60)),
	/** The host asks for an account that has accepted the licence. */
	gated: v.optional(v.boolean(), false),
	parameters: count(1e13),
	contextTokens: count(1 << 24),
	/** Of the decoder; these three decide the size of the attention cache. */
	layers: count(1024),
	keyValueHeads: count(4096),
	headSize: count(65536),
	prompt: v.object({
		/** Name of a format in prompts/fillFormats.ts. */
		fill: v.optional(
			v.pipe(
				v.string(),
				v.check(name => fillFormats.some(format => format.name === name), 'is no known fill-in-the-middle format'),
			),
		),
		/** It brings a chat template of its own. */
		chat: v.optional(v.literal('template')),
		/** Tasks are asked with a prefix from its config.json, or by the text alone. */
		tasks: v.optional(v.picklist(['prefix', 'plain'])),
	}),
	/** Trained tasks: 'translate' to 'zh'. */
	tasks: v.optional(v.array(v.object({ task: v.string(), to: v.optional(v.string()) })), []),
	/** 'listed': sizes as the host rounds them; 'estimated': parameters times bits. */
	sizes: v.picklist(['listed', 'estimated']),
	/** The one to take on a processor first. */
	variants: v.pipe(v.array(variantSchema), v.minLength(1)),
	/** One or two sentences by display language; 'en' stands in for those that are missing. */
	goodFor: v.intersect([v.object({ en: v.string() }), v.record(v.string(), v.string())]),
});

export type CatalogueEntry = v.InferOutput<typeof entrySchema>;
export type CatalogueVariant = CatalogueEntry['variants'][number];
