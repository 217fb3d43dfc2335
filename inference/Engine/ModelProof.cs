using GemmaInference.Native;

namespace GemmaInference.Engine;

/// <summary>Makes one token, or one embedding: a model that can't must not become ready.</summary>
internal static class ModelProof
{
    /// <exception cref="InferenceException">What comes out isn't a number.</exception>
    public static void Run(StepRunner runner, LoadedModel model, TimeProvider time)
    {
        if (!(model.Embedder is null ? Generates(runner, model, time) : Embeds(model)))
        {
            throw new InferenceException(
                "DTYPE",
                "the model's numbers leave the range of its type; choose bfloat16 or float32, or check the weights"
            );
        }
    }

    private static bool Embeds(LoadedModel model) =>
        model
            .Embedder!.Embed(
                model.Model,
                model.Cache,
                [
                    [model.Template.Bos],
                ]
            )[0]
            .All(float.IsFinite);

    private static bool Generates(StepRunner runner, LoadedModel model, TimeProvider time)
    {
        var prompt = model.Template.Plain("", model.Cache.Context)!;
        var probe = new Sequence(
            new GenerationRequest(prompt, 1, new Sampling(0, 1, 0, 0, 0, 0), new HashSet<int>(), 0),
            time.GetTimestamp()
        );
        _ = runner.TryAdmit(probe);
        while (runner.Active > 0)
        {
            runner.Step();
        }

        return !probe.Events.TryRead(out var first)
            || first is not EngineEvent.Token token
            || float.IsFinite(token.Logprob);
    }
}
