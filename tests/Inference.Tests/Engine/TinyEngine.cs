using GemmaInference.Engine;
using GemmaInference.Model;
using GemmaInference.Model.Pages;
using GemmaInference.Torch;
using GemmaInference.Torch.Graphs;
using GemmaInference.Torch.Pages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Inference.Tests.Engine;

/// <summary>A tiny model on disk, and engines that run it.</summary>
internal sealed class TinyEngine : IDisposable
{
    public static readonly Sampling Greedy = new(0, 1, 0, 0, 0, 0);
    public static readonly HashSet<int> NoStops = [];
    private readonly ScratchDirectory _scratch = new();

    public TinyEngine() => TinyModel.Write(Path);

    public string Path => _scratch.Path;

    public void Dispose() => _scratch.Dispose();

    public async Task<InferenceEngine> StartAsync(
        int slots = 4,
        int queue = 64,
        int prefill = 512,
        bool reuses = true,
        EngineMetrics? metrics = null,
        IGraphDevice? graphs = null,
        Func<IPageMemory>? memory = null,
        int pagesOfTokens = 512
    )
    {
        var engine = new InferenceEngine(
            () =>
            {
                var model = ModelLoader.Load(new LoadSettings(Path, "auto", 512, slots), Device.Cpu);
                model = memory is null ? model : Share(model, slots, memory(), pagesOfTokens);
                return graphs is null ? model : model with { Graphs = graphs, GraphTrouble = null };
            },
            EngineOptions.Default with
            {
                MaxQueue = queue,
                PrefillTokens = prefill,
                ReusesPrompts = reuses,
            },
            TimeProvider.System,
            metrics ?? new EngineMetrics("tiny"),
            NullLogger<InferenceEngine>.Instance
        );
        engine.Start();
        await engine.Loaded;
        return engine;
    }

    /// <summary>Has all slots share as many pages as one sequence of so many tokens needs.</summary>
    private static LoadedModel Share(LoadedModel model, int slots, IPageMemory memory, int tokens)
    {
        model.Cache.Dispose();
        var layout = CacheLayout.Of(model.Model.Config, 512, 512, 4, byToken: false, memory.PageSize);
        return model with { Cache = model.Model.NewCache(slots, layout, memory, layout.Pages(tokens)) };
    }

    public static Task<(int[] Tokens, FinishReason Reason, List<EngineEvent.Token> Events)> RunAsync(
        InferenceEngine engine,
        GenerationRequest request
    )
    {
        Assert.That(engine.TrySubmit([request], out var sequences), Is.EqualTo(Submission.Accepted));
        return ReadAsync(sequences[0]);
    }

    public static async Task<(int[] Tokens, FinishReason Reason, List<EngineEvent.Token> Events)> ReadAsync(
        Sequence sequence
    )
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var tokens = new List<EngineEvent.Token>();
        await foreach (var next in sequence.Events.ReadAllAsync(bound.Token))
        {
            if (next is EngineEvent.Finished end)
            {
                return ([.. tokens.Select(token => token.Id)], end.Reason, tokens);
            }

            tokens.Add((EngineEvent.Token)next);
        }

        throw new InvalidOperationException("no end came");
    }
}
