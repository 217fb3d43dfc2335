using GemmaInference.Engine;
using GemmaInference.Torch;

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
    public void Min_p_asks_for_a_part_of_the_likeliest_ones_probability() =>
        // Of 0.57, 0.21 and 0.13 the first two have 0.3 of the first.
        Follows(new Sampling(1, 1, 0, 0, 0, 0) { MinP = 0.3 }, Normalised(Softmax(1), 3, 1));

    [Test]
    public void Min_p_judges_after_temperature() =>
        // At 2 the second and the third have 0.61 and 0.47 of the first; at 1 they would have 0.37 and 0.22.
        Follows(new Sampling(2, 1, 0, 0, 0, 0) { MinP = 0.45 }, Normalised(Softmax(2), 3, 1, 4));

    [Test]
    public void Min_p_comes_before_top_p() =>
        // Of what min-p leaves the first two make 0.86; of all they make 0.78, and the third would stay.
        Follows(new Sampling(1, 0.85, 0, 0, 0, 0) { MinP = 0.2 }, Normalised(Softmax(1), 3, 1));

    [Test]
    public void Biases_come_first_then_repetition_then_frequency_and_presence()
    {
        using var scope = TensorScope.Open();
        var sampling = new Sampling(0, 1, 0, 0, 0.5, 0.25)
        {
            RepetitionPenalty = 2,
            LogitBias = new Dictionary<int, float> { [0] = 1.5f, [2] = -1 },
        };
        var row = new Sequence(
            new GenerationRequest([1], 9, sampling, new HashSet<int> { 3 }, null) { MinTokens = 4 },
            0
        );
        row.UploadPrompt(Device.Cpu);
        foreach (var token in (int[])[2, 0, 2])
        {
            row.Accept(new EngineEvent.Token(token, 0, []));
        }

        var logits = Tensor.Of(Logits, Device.Cpu).Unsqueeze(0);
        Sampler.Choose(logits, SamplingInputs.Upload([row], Device.Cpu));
        // 0: (0 + 1.5) / 2 − 0.5 − 0.25; 1: of the prompt, 1 / 2; 2: (−2 − 1) × 2 − 0.5 − 2 × 0.25; 3: no end yet.
        Assert.That(logits.ToArray<float>(), Is.EqualTo(new[] { 0, 0.5f, -7, float.NegativeInfinity, 0.5f }));
        row.Accept(new EngineEvent.Token(4, 0, []));
        Assert.That(row.Biases.Select(bias => bias.Token), Is.EquivalentTo(new[] { 0, 2 }), "the end may come now");
    }

    [Test]
    public void A_prompts_tokens_are_uploaded_once_and_penalised_once_each()
    {
        using var scope = TensorScope.Open();
        var sampling = new Sampling(0, 1, 0, 0, 0.5, 0);
        Sequence[] rows =
        [
            Row([1, 2, 1], sampling with { RepetitionPenalty = 2 }),
            Row([0], sampling),
            Row([3, 4, 0], sampling with { RepetitionPenalty = 4 }),
        ];
        rows[0].Accept(new EngineEvent.Token(1, 0, []));
        rows[0].Accept(new EngineEvent.Token(4, 0, []));
        rows[1].Accept(new EngineEvent.Token(0, 0, []));
        var inputs = SamplingInputs.Upload(rows, Device.Cpu);
        Assert.That(
            inputs.Penalties!.Value.Shape.ToArray(),
            Is.EqualTo(new long[] { 4, 3 }),
            "what was generated alone"
        );
        var logits = Tensor.Of(Logits, Device.Cpu).Unsqueeze(0).Expand(3, Logits.Length).Contiguous();
        Sampler.Choose(logits, inputs);
        float[] expected =
        [
            // 1 is of the prompt and of the answer: divided once.
            .. (float[])[0, 0, -4, 2, -0.25f],
            .. (float[])[-0.5f, 1, -2, 2, 0.5f],
            .. (float[])[0, 1, -2, 0.5f, 0.125f],
        ];
        Assert.That(logits.ToArray<float>(), Is.EqualTo(expected));
        rows[0].Finish(FinishReason.Length);
        rows[2].Fail(new EngineStoppedException());
        Assert.That(
            (rows[0].PromptTokens!.Value.IsAlive, rows[1].PromptTokens, rows[2].PromptTokens!.Value.IsAlive),
            Is.EqualTo((false, default(Tensor?), false))
        );
    }

    [Test]
    public void What_nobody_asks_for_is_not_brought_to_the_device()
    {
        using var scope = TensorScope.Open();
        var row = new Sequence(
            new GenerationRequest([1], 9, new Sampling(1, 0.9, 0, 0, 0, 0), new HashSet<int> { 3 }, null),
            0
        );
        var inputs = SamplingInputs.Upload([row], Device.Cpu);
        Assert.That(
            (inputs.Biases, inputs.Prompts, inputs.Penalties, inputs.HasMinP),
            Is.EqualTo((default(object), default(object), default(object), false))
        );
    }

    [Test]
    public void Rows_of_all_kinds_beside_each_other_are_each_their_own()
    {
        Sampling[] kinds =
        [
            new(0, 1, 0, 1, 0, 0),
            new(1, 1, 0, 2, 0, 0),
            new(1, 0.9, 0, 3, 0, 0),
            new(2, 1, 3, 4, 0, 0),
            new(1, 1, 0, 5, 0, 0) { MinP = 0.3 },
            new(1, 1, 0, 6, 0, 0) { RepetitionPenalty = 3 },
            new(0, 1, 0, 7, 0, 0) { LogitBias = new Dictionary<int, float> { [0] = 5 } },
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
        using var scope = TensorScope.Open();
        Sequence[] sequences = [.. rows.Select(row => Row([1], row))];
        var logits = Tensor.Of(Logits, Device.Cpu).Unsqueeze(0).Expand(rows.Length, Logits.Length).Contiguous();
        var inputs = SamplingInputs.Upload(sequences, Device.Cpu);
        var answer = Readback.All([Sampler.Choose(logits, inputs)]).Single();
        return [.. Sampler.Unpack(answer, inputs).Select(token => token.Id)];
    }

    private static Sequence Row(int[] prompt, Sampling sampling)
    {
        var row = new Sequence(new GenerationRequest(prompt, 1, sampling, new HashSet<int>(), null), 0);
        row.UploadPrompt(Device.Cpu);
        return row;
    }

    private static double[] Softmax(double temperature) =>
        Normalised([.. Logits.Select(logit => Math.Exp(logit / temperature))], 0, 1, 2, 3, 4);

    private static double[] Normalised(double[] weights, params int[] kept) =>
        [.. weights.Select((weight, token) => kept.Contains(token) ? weight / kept.Sum(other => weights[other]) : 0)];
}
