// Text for simulated documents and answers: plain sentences put together from a few parts, the same each time.
const SUBJECTS = ['The pump station at Lindau', 'The northern depot', 'A second shift', 'The steering committee', 'The supplier of the valves', 'Each district office',
  'The maintenance crew', 'The revised budget', 'A survey of the pipes', 'The control room'];
const VERBS = ['was inspected', 'reported no losses', 'asked for two more weeks', 'kept to the schedule', 'replaced the older of its meters', 'agreed to the plan',
  'was closed for repairs', 'exceeded its target by four per cent', 'found corrosion at three joints', 'handed over its records'];
const TIMES = ['in March', 'before the audit', 'during the second quarter', 'after the storm of 1999', 'on the ninth', 'as the handbook requires', 'for the first time since 2004',
  'without delay', 'at a cost of 41,300 euros', 'with the consent of the board'];

export function report(name, chunks) {
  const length = chunks * 512 - 100;
  const parts = [`${name}\n\n`];
  let size = parts[0].length;
  for (let i = 0; size < length; i++) {
    const sentence = `${SUBJECTS[(i * 7 + name.length) % 10]} ${VERBS[(i * 3 + (i >> 3)) % 10]} ${TIMES[(i * 9 + (i >> 5)) % 10]}.${i % 7 === 6 ? '\n\n' : ' '}`;
    parts.push(sentence);
    size += sentence.length;
  }
  return parts.join('').slice(0, length);
}

export const PLAIN = `The committee approved the plan in March, on condition that the pump station at Lindau be inspected first. Three points were settled:

- the **northern depot** keeps its schedule, with a second shift from June;
- the supplier of the valves gets two more weeks, and pays for the delay;
- the revised budget stands at 41,300 euros, which is 4% over the target.

The survey of the pipes found corrosion at three joints. It was to be repaired before the audit; the minutes do not say whether it was.`;

export const MARKDOWN = `## What was measured

Losses fell in each district, most of all in the north. See the [method](https://example.org/method) and \`losses.csv\`.

| district | losses 2020 | losses 2021 | change |
|---|---:|---:|---:|
| north | 14.2 | 9.8 | −31% |
| lake | 11.0 | 10.1 | −8% |
| south | 8.7 | 8.5 | −2% |

1. Read the meters at four in the morning.
2. Subtract what is known to be drawn.

\`\`\`python
def losses(meters, drawn):
    """Cubic metres per hour that nobody asked for, and which the network therefore loses somewhere."""
    return sum(meters) - sum(drawn)
\`\`\`

> The records before 2004 are incomplete.

![a chart](https://example.org/chart.png)

<script>window.broken = true</script><img src=x onerror="window.broken = true"><p style="color:red">Markup stays text.</p> [a trap](javascript:window.broken=true)`;

export const LONG = Array.from({ length: 40 }, (_, i) => `Paragraph ${i + 1}. ${report(`${i}`, 1).split('\n\n')[1] ?? ''}`).join('\n\n');
