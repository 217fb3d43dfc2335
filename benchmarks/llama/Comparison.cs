using Benchmarks.Llama.Sides;

namespace Benchmarks.Llama;

/// <summary>Compares two sides that hold the same model: prompts, decoding, and how far a copy of memory is.</summary>
internal sealed class Comparison(ISide ours, ISide llama, StreamCopy copy, int rounds)
{
    private const int PromptTokens = 128;

    /// <summary>
    /// Gets times, how many times as fast ours is, and parts of what a copy moves, by processor time.
    /// </summary>
    /// <param name="steps">Steps of one turn at batch 1.</param>
    public Dictionary<string, object> Measure(int steps)
    {
        for (var slot = 0; slot < ISide.Slots; slot++)
        {
            ours.Prefill(slot, PromptTokens);
            llama.Prefill(slot, PromptTokens);
        }

        return new Dictionary<string, object>
        {
            ["weightMebibytes"] = new[] { ours.WeightBytes >> 20, llama.WeightBytes >> 20 },
            ["prefillPerToken"] = Both(PromptTokens, side => side.Prefill(0, PromptTokens)).Found,
            ["decode1PerStep"] = Decoded(1, steps),
            ["decode8PerStep"] = Decoded(ISide.Slots, Math.Max(1, steps / 3)),
        };
    }

    private static void Decode(ISide side, int batch, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            side.Decode(batch, PromptTokens + step);
        }
    }

    private Dictionary<string, object> Decoded(int batch, int steps)
    {
        var (found, our, their, copied) = Both(steps, side => Decode(side, batch, steps));
        found["copyGigabytesPerCpuSecond"] = Math.Round(StreamCopy.Bytes / copied.CpuMilliseconds / 1e6, 2);
        found["weightsByCopy"] = Rounded(Share(ours.WeightBytes, our, copied), Share(llama.WeightBytes, their, copied));
        return found;
    }

    private (Dictionary<string, object> Found, Measured Our, Measured Their, Measured Copied) Both(
        int parts,
        Action<ISide> work
    )
    {
        work(ours);
        work(llama);
        var found = Turns.Run(rounds, () => work(ours), () => work(llama), copy.Run);
        var (our, their, copied) = (found[0] / parts, found[1] / parts, found[2]);
        var results = new Dictionary<string, object>
        {
            ["cpuMilliseconds"] = Rounded(our.CpuMilliseconds, their.CpuMilliseconds),
            ["milliseconds"] = Rounded(our.Milliseconds, their.Milliseconds),
            ["speedByCpu"] = Math.Round(their.CpuMilliseconds / our.CpuMilliseconds, 2),
            ["speedByClock"] = Math.Round(their.Milliseconds / our.Milliseconds, 2),
        };
        return (results, our, their, copied);
    }

    /// <summary>Returns bytes of weights read in a second as a part of what a copy reads and writes in one.</summary>
    private static double Share(long bytes, Measured step, Measured copied) =>
        bytes / step.CpuMilliseconds / (StreamCopy.Bytes / copied.CpuMilliseconds);

    private static double[] Rounded(params double[] numbers) => [.. numbers.Select(n => Math.Round(n, 3))];
}
