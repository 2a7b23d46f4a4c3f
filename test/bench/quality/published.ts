import { type Table } from './part';

const santaCoderTasks = 'the same idea on MultiPL-E, Python';
const deepSeek = 'DeepSeek-Coder report, table 6 (arXiv 2401.14196)';
const qwen = 'Qwen2.5-Coder report, table 7 (arXiv 2409.12186)';
const openAi = 'these 1,033, pass@1';
const diffu = 'DiffuLLaMA paper, table 1 (arXiv 2410.17891)';

/** Other people's figures for the missing line of a Python function. Other models, most a hundred times larger; tasks and measures
 * differ, as the column says: docs/quality.md. */
export const publishedTable: Table = {
	title: 'Published for a single missing line of Python',
	rows: [
		['model', 'parameters', '%', 'tasks and measure', 'source'],
		['DiffuGPT-S', '127 M', 0.3, openAi, diffu],
		['GPT2-S, left to right', '127 M', 1.6, openAi, diffu],
		['GPT2-M, left to right', '355 M', 2.6, openAi, diffu],
		['SantaCoder', '1.1 B', 44, `${santaCoderTasks}, exact`, deepSeek],
		['DeepSeek-Coder-Base', '1.3 B', 57.4, `${santaCoderTasks}, exact`, deepSeek],
		['DeepSeek-Coder-Base', '1.3 B', 72.8, `${santaCoderTasks}, first line exact`, qwen],
		['Qwen2.5-Coder', '0.5 B', 70.3, `${santaCoderTasks}, first line exact`, qwen],
	],
};
