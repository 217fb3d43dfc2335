using GemmaInference.Engine;
using GemmaInference.Grammar;
using GemmaInference.Torch.Pages;
using Inference.Tests.Grammar.Json;

namespace Inference.Tests.Engine;

/// <summary>
/// Prompts by chance that begin alike, asked for in any way and order, some given up on the way: each answer is the one
/// that comes of it alone, read whole.
/// </summary>
internal sealed class PrefixTrialTests
{
    private readonly TinyEngine _model = new();

    [OneTimeTearDown]
    public void Remove() => _model.Dispose();

    [Test]
    public async Task Whatever_runs_beside_it_an_answer_stays_the_same([Range(1, 6)] int seed, [Values] bool isTight)
    {
        var random = new Random(seed);
        var (plain, alone) = (await _model.StartAsync(slots: 1, reuses: false), new List<int[]>());
        using var first = plain;
        var requests = Requests(plain, random);
        foreach (var request in requests)
        {
            alone.Add((await TinyEngine.RunAsync(plain, request)).Tokens);
        }

        // Sequences lose their slots again and again where all share what one of them may need.
        using var engine = await _model.StartAsync(
            slots: random.Next(2, 6),
            prefill: random.Next(8, 100),
            memory: isTight ? () => new HostPages(4096) : null
        );
        var order = Enumerable.Range(0, requests.Count).ToArray();
        random.Shuffle(order);
        var kept = new List<(int Index, Task<(int[] Tokens, FinishReason, List<EngineEvent.Token>)> Answer)>();
        while (order.Length > 0)
        {
            var some = order[..Math.Min(order.Length, random.Next(1, 9))];
            order = order[some.Length..];
            Assert.That(
                engine.TrySubmit([.. some.Select(index => requests[index])], out var sequences),
                Is.EqualTo(Submission.Accepted)
            );
            foreach (var (index, sequence) in some.Zip(sequences))
            {
                if (random.Next(4) == 0)
                {
                    await LoseAsync(sequence, random.Next(3));
                }
                else
                {
                    kept.Add((index, TinyEngine.ReadAsync(sequence)));
                }
            }

            if (random.Next(2) == 0)
            {
                await kept[^1].Answer;
            }
        }

        foreach (var (index, answer) in kept)
        {
            Assert.That((await answer).Tokens, Is.EqualTo(alone[index]), $"seed {seed}, request {index}");
        }
    }

    /// <summary>Gives a sequence up after some of its tokens, or before any.</summary>
    private static async Task LoseAsync(Sequence sequence, int tokens)
    {
        for (var i = 0; i < tokens && await sequence.Events.WaitToReadAsync(); i++)
        {
            sequence.Events.TryRead(out _);
        }

        sequence.Cancel();
    }

    private static List<GenerationRequest> Requests(InferenceEngine engine, Random random)
    {
        var masks = engine.Model!.Masks.Value;
        var grammar = GrammarWalk.Of("""{"type":"array","items":{"enum":["a","b",12]},"maxItems":4}""");
        var texts = new List<int[]>();
        for (var i = 0; i < 36; i++)
        {
            // Most go on from somewhere in an earlier one; the first token differs, too, as models' beginnings do.
            int[] before = texts.Count == 0 ? [] : texts[random.Next(texts.Count)];
            var shared = random.Next(5) == 0 ? 0 : random.Next(before.Length + 1);
            texts.Add([
                .. before[..Math.Min(shared, 380)],
                .. Enumerable.Range(0, random.Next(1, 70)).Select(_ => random.Next(2, 900)),
            ]);
        }

        return
        [
            .. texts.Select(
                (text, index) =>
                {
                    var sampling = random.Next(4) switch
                    {
                        0 => TinyEngine.Greedy,
                        1 => new Sampling(0.9, 0.95, 0, (ulong)index, 0.5, 0.3),
                        2 => new Sampling(1.2, 1, 30, (ulong)index, 0, 0) { RepetitionPenalty = 1.3, MinP = 0.01 },
                        _ => new Sampling(1, 1, 0, (ulong)index, 0, 0)
                        {
                            LogitBias = new Dictionary<int, float> { [random.Next(900)] = 100, [40] = -100 },
                        },
                    };
                    return new GenerationRequest(
                        text,
                        random.Next(3) == 0 ? 1 : random.Next(2, 40),
                        sampling,
                        new HashSet<int> { 1 },
                        random.Next(3) == 0 ? random.Next(4) : null
                    )
                    {
                        MinTokens = random.Next(3) == 0 ? 1 : 0,
                        Constraint = random.Next(3) == 0 ? new Constraint(grammar, masks) : null,
                    };
                }
            ),
        ];
    }
}
