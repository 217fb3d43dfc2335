using GemmaInference.Engine;
using TorchSharp;

namespace Inference.Tests.Engine;

/// <summary>
/// Draws follow the probabilities they should; seeds are fixed, so the counts are the same in each run.
/// </summary>
internal sealed class SamplerTests
{
    private const int Draws = 4000;
    private static readonly float[] Logits = [0, 1, -2, 2, 0.5f];

    [Test]
    public void Each_token_is_drawn_as_often_as_it_is_probable([Values(0.7, 1, 1.6)] double temperature) =>
        Follows(new Sampling(temperature, 1, 0, 0, 0, 0), Softmax(temperature));

    [Test]
    public void Top_k_leaves_the_likeliest_in_their_proportions() =>
        Follows(new Sampling(1, 1, 2, 0, 0, 0), Normalised(Softmax(1), 3, 1));

    [Test]
    public void Top_p_leaves_the_fewest_that_reach_it() =>
        // 2, 1 and 0.5 have 0.61, 0.22 and 0.14 of all: the first two make 0.83, the third reaches 0.9.
        Follows(new Sampling(1, 0.9, 0, 0, 0, 0), Normalised(Softmax(1), 3, 1, 4));

    [Test]
    public void Rows_of_all_kinds_beside_each_other_are_each_their_own()
    {
        Sampling[] kinds =
        [
            new(0, 1, 0, 1, 0, 0),
            new(1, 1, 0, 2, 0, 0),
            new(1, 0.9, 0, 3, 0, 0),
            new(2, 1, 3, 4, 0, 0),
        ];
        var alone = kinds.Select(kind => Draw([kind])[0]);
        Assert.That(Draw(kinds), Is.EqualTo(alone));
    }

    private static void Follows(Sampling sampling, double[] probabilities)
    {
        var counts = Draw([.. Enumerable.Range(0, Draws).Select(seed => sampling with { Seed = (ulong)seed })])
            .CountBy(token => token)
            .ToDictionary();
        for (var token = 0; token < Logits.Length; token++)
        {
            var (count, p) = (counts.GetValueOrDefault(token), probabilities[token]);
            Assert.That(
                count,
                Is.EqualTo(Draws * p).Within(4 * Math.Sqrt(Draws * p * (1 - p))),
                () => $"token {token}"
            );
        }
    }

    private static int[] Draw(Sampling[] rows)
    {
        using var scope = torch.NewDisposeScope();
        Sequence[] sequences =
        [
            .. rows.Select(row => new Sequence(new GenerationRequest([1], 1, row, new HashSet<int>(), null), 0)),
        ];
        var logits = torch.tensor(Logits).unsqueeze(0).repeat(rows.Length, 1);
        return [.. Sampler.Sample(logits, SamplingInputs.Upload(sequences, torch.CPU)).Select(token => token.Id)];
    }

    private static double[] Softmax(double temperature) =>
        Normalised([.. Logits.Select(logit => Math.Exp(logit / temperature))], 0, 1, 2, 3, 4);

    private static double[] Normalised(double[] weights, params int[] kept) =>
        [.. weights.Select((weight, token) => kept.Contains(token) ? weight / kept.Sum(other => weights[other]) : 0)];
}
