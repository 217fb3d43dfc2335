using GemmaInference.Engine;
using GemmaInference.Engine.Drawing;
using GemmaInference.Engine.Graphs;
using GemmaInference.Model;
using GemmaInference.Torch;
using Inference.Tests.Model;
using Inference.Tests.Model.Packed;

namespace Inference.Tests.Engine.Graphs;

/// <summary>Steps by graphs give what the reference and what usual steps give.</summary>
internal sealed class DecodeGraphTests
{
    private static readonly GraphMemory Plenty = new(() => long.MaxValue, 1);

    private readonly TinyEngine _model = new();

    [OneTimeTearDown]
    public void Remove() => _model.Dispose();

    [Test]
    public void Logits_of_recorded_steps_equal_the_reference(
        [Range(0, 4)] int index,
        [Values("5,0,3", "2,3,4")] string places,
        [Values] bool packs
    )
    {
        var golden = GoldenModel.All[index];
        using var model = golden.Load(packed: packs ? new RowByRow() : null);
        // So small a chunk that sliding layers forget again and again.
        using var cache = model.NewCache(6, 2);
        var device = new FakeGraphs();
        using var graphs = new DecodeGraphs(model, cache, device, Plenty);
        int[] slots = [.. places.Split(',').Select(int.Parse)];
        var reached = new int[slots.Length];
        for (var row = 0; row < slots.Length; row++)
        {
            reached[row] = 1 + (row % 2);
            model.Prefill(cache, slots[row], 0, golden.Sequences[row].Tokens.AsSpan(0, reached[row])).Dispose();
        }

        while (true)
        {
            var live = Enumerable
                .Range(0, slots.Length)
                .Where(row => reached[row] < golden.Sequences[row].Tokens.Length)
                .ToArray();
            if (live.Length == 0)
            {
                break;
            }

            using var scope = TensorScope.Open();
            var logits = graphs.Logits([
                .. live.Select(row => new StepRow(
                    slots[row],
                    reached[row],
                    golden.Sequences[row].Tokens.AsMemory(reached[row], 1)
                )),
            ]);
            Assert.That(logits, Is.Not.Null, graphs.Trouble);
            Assert.That(
                GoldenModel.Worst(logits!.Value, [.. live.Select(row => golden.Sequences[row].Logits[reached[row]])]),
                Is.LessThan(1e-5)
            );
            foreach (var row in live)
            {
                reached[row]++;
            }
        }

        Assert.That((device.IsInside, device.Launched > 8), Is.EqualTo((false, true)));
        Assert.That(device.Recorded, Is.InRange(1, 3), "one for each number of rows");
    }

    [Test]
    public async Task The_same_tokens_come_as_without()
    {
        var requests = Requests();
        var (expected, _) = await TokensAsync(requests, null, together: false);
        var alone = new FakeGraphs();
        Assert.That((await TokensAsync(requests, alone, together: false)).Tokens, Is.EqualTo(expected));
        Assert.That(alone.Launched, Is.GreaterThan(requests.Length * 10));
        var device = new FakeGraphs();
        var (tokens, metrics) = await TokensAsync(requests, device, together: true);
        Assert.That(tokens, Is.EqualTo(expected));
        Assert.That(device.Recorded, Is.LessThan(device.Launched / 3), "few serve many");
        Assert.That(metrics, Does.Contain("gemma:cuda_graph_steps_total{model_name=\"tiny\"} " + device.Launched));
        Assert.That((device.Held, device.IsDisposed, device.IsInside), Is.EqualTo((0, true, false)));
    }

    [Test]
    public async Task What_fails_is_computed_as_usual_and_says_why(
        [Values(
            "cudaStreamBeginCapture",
            "capture",
            "cudaStreamEndCapture",
            "cudaGraphInstantiateWithFlags",
            "cudaGraphLaunch"
        )]
            string step,
        [Values(1, 3)] int at
    )
    {
        var requests = Requests();
        var (expected, _) = await TokensAsync(requests, null, together: false);
        var device = new FakeGraphs(step, at);
        var (tokens, metrics) = await TokensAsync(requests, device, together: true);
        Assert.That(tokens, Is.EqualTo(expected));
        Assert.That(
            metrics,
            Does.Contain($"reason=\"{step}: error 900, operation not permitted\"")
                .And.Contain("gemma:cuda_graphs{model_name=\"tiny\"} 0")
        );
        Assert.That((device.Held, device.IsInside), Is.EqualTo((0, false)));
    }

    [Test]
    public void Short_memory_ends_them_before_anything_else_is_computed()
    {
        var golden = GoldenModel.All[0];
        using var model = golden.Load();
        using var cache = model.NewCache(2);
        var device = new FakeGraphs();
        var free = 5L << 20;
        var before = Tensor.Live;
        var graphs = new DecodeGraphs(model, cache, device, new GraphMemory(() => free, 4 << 20));
        StepRow[] rows = [new StepRow(0, 0, new[] { 2 })];
        DrawSettings[] draws = [new DrawSettings(RowDraw.Greedy, 1, float.MaxValue, 1, 0, 0)];
        Assert.That(graphs.Choose(rows, draws), Has.Length.EqualTo(1));
        graphs.Watch();
        Assert.That((graphs.Trouble, device.Held), Is.EqualTo(((string?)null, 1)));
        free = 3 << 20;
        graphs.Watch();
        Assert.That(graphs.Trouble, Does.StartWith("3 MiB of the GPU are free, and a step may take 4 MiB"));
        Assert.That((device.Held, graphs.Choose(rows, draws)), Is.EqualTo((0, (float[]?)null)));
        Assert.That(Tensor.Live, Is.EqualTo(before));
    }

    [Test]
    public void Short_memory_ends_them_before_another_is_recorded()
    {
        using var model = GoldenModel.All[0].Load();
        using var cache = model.NewCache(2);
        var device = new FakeGraphs();
        var free = 5L << 20;
        using var graphs = new DecodeGraphs(model, cache, device, new GraphMemory(() => free, 4 << 20));
        var greedy = new DrawSettings(RowDraw.Greedy, 1, float.MaxValue, 1, 0, 0);
        StepRow[] one = [new StepRow(0, 0, new[] { 2 })];
        StepRow[] two = [new StepRow(0, 0, new[] { 2 }), new StepRow(1, 0, new[] { 2 })];
        Assert.That(graphs.Choose(one, [greedy]), Has.Length.EqualTo(1));
        free = 3 << 20;
        Assert.That(graphs.Choose(one, [greedy]), Has.Length.EqualTo(1), "one that is there takes none");
        Assert.That(graphs.Choose(two, [greedy, greedy]), Is.Null);
        Assert.That((device.Recorded, device.Held), Is.EqualTo((1, 0)));
        Assert.That(graphs.Trouble, Does.StartWith("3 MiB of the GPU are free"));
    }

    [Test]
    public void Only_so_many_are_held_and_the_least_recently_used_goes()
    {
        using var model = GoldenModel.All[0].Load();
        using var cache = model.NewCache(4);
        var device = new FakeGraphs();
        using var graphs = new DecodeGraphs(model, cache, device, Plenty, most: 2);
        foreach (var count in (int[])[1, 2, 1, 4, 1, 2])
        {
            StepRow[] rows = [.. Enumerable.Range(0, count).Select(slot => new StepRow(slot, 0, new[] { 2 }))];
            DrawSettings[] draws = [.. rows.Select(_ => new DrawSettings(RowDraw.Greedy, 1, 1, 1, 0, 0))];
            Assert.That(graphs.Choose(rows, draws), Has.Length.EqualTo(count));
        }

        Assert.That((device.Recorded, device.Held, graphs.Count), Is.EqualTo((4, 2, 2)), "that of 2 rows went");
    }

    [TestCase(1, 0, 16, 1, 256)]
    [TestCase(3, 255, 16, 4, 256)]
    [TestCase(5, 256, 6, 6, 512)]
    [TestCase(16, 3999, 16, 16, 4000)]
    public void Few_shapes_fit_all_steps(int count, int start, int slots, int rows, int length)
    {
        StepRow[] step = [.. Enumerable.Range(0, count).Select(slot => new StepRow(slot, start, new[] { 1 }))];
        Assert.That(
            GraphKey.Of(step, RowDraw.Cut, slots, 4000, isPacked: false),
            Is.EqualTo(new GraphKey(rows, length, RowDraw.Cut))
        );
        Assert.That(GraphKey.Of(step, null, slots, 4000, isPacked: true).Length, Is.EqualTo(4000));
    }

    [Test]
    public void Models_that_cannot_be_recorded_are_told_by_their_reason()
    {
        var config = GemmaConfigReader.Read("""{"model_type":"gemma"}""", "config.json");
        Assert.That(GraphChoice.Trouble(true, config), Is.Null);
        Assert.That(GraphChoice.Trouble(false, config), Is.EqualTo("CUDA_GRAPHS is off"));
        Assert.That(GraphChoice.Trouble(true, config with { IsBidirectional = true }), Does.Contain("embeds"));
        Assert.That(GraphChoice.Trouble(true, config with { Experts = new(4, 2, 32) }), Does.Contain("experts"));
        Assert.That(GraphChoice.Open(true, config, Device.Cpu, out var trouble), Is.Null);
        Assert.That(trouble, Is.EqualTo("it computes on a CPU"));
    }

    private static GenerationRequest[] Requests() =>
        [
            .. Enumerable
                .Range(0, 7)
                .Select(index => new GenerationRequest(
                    [2, .. Enumerable.Range(30, 3 + (index * 37))],
                    20 + (index * 5),
                    (index % 4) switch
                    {
                        0 => TinyEngine.Greedy,
                        1 => new Sampling(0.9, 0.95, 40, (ulong)index, 0, 0) { MinP = 0.01 },
                        2 => new Sampling(1, 1, 0, (ulong)index, 0, 0),
                        _ => new Sampling(0.8, 0.9, 0, (ulong)index, 0.3, 0.1),
                    },
                    TinyEngine.NoStops,
                    index == 4 ? 2 : null
                )),
        ];

    private async Task<(int[][] Tokens, string Metrics)> TokensAsync(
        GenerationRequest[] requests,
        FakeGraphs? device,
        bool together
    )
    {
        var metrics = new EngineMetrics("tiny");
        using var engine = await _model.StartAsync(slots: 4, prefill: 64, metrics: metrics, graphs: device);
        var tokens = new List<int[]>();
        if (together)
        {
            Assert.That(engine.TrySubmit(requests, out var all), Is.EqualTo(Submission.Accepted));
            tokens.AddRange((await Task.WhenAll(all.Select(TinyEngine.ReadAsync))).Select(answer => answer.Tokens));
        }
        else
        {
            foreach (var request in requests)
            {
                tokens.Add((await TinyEngine.RunAsync(engine, request)).Tokens);
            }
        }

        engine.Dispose();
        return ([.. tokens], metrics.Write());
    }
}
