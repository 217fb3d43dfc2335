using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Builds.Inputs;

namespace KubectlGemma.Local;

/// <summary>Folds what is told of a build into its steps and the time that each took.</summary>
/// <param name="dockerfile">What is built.</param>
internal sealed class StepClock(string dockerfile)
{
    private static readonly string[] MakeLayers = ["RUN", "COPY", "ADD"];

    private readonly List<DockerfileInstruction> _instructions = [.. DockerfileInstruction.ReadAll(dockerfile)];
    private readonly List<LocalStep> _steps = [];
    private DateTime _since;

    /// <summary>Gets the steps so far, in their order.</summary>
    public IReadOnlyList<LocalStep> Steps => _steps;

    /// <summary>Gets the one that goes on; null before the first and after the last.</summary>
    public LocalStep? Current => _steps is [.., { Took: null } last] ? last : null;

    /// <summary>Gets how many there will be, as far as the Dockerfile tells.</summary>
    public int Count => Math.Max(_instructions.Count, _steps.Count);

    /// <param name="number">Which begins, from 1; what comes behind the last instruction is the engine's own.</param>
    /// <param name="now">When (UTC).</param>
    public LocalStep Begin(int number, DateTime now)
    {
        End(now);
        var read = number <= _instructions.Count ? _instructions[number - 1] : null;
        var step = new LocalStep(
            number,
            read is null ? "labels of the build" : InstructionName.Of(read),
            read is not null && MakeLayers.Contains(read.Name, StringComparer.Ordinal),
            null,
            false
        );
        _steps.Add(step);
        _since = now;
        return step;
    }

    public void FromCache()
    {
        if (Current is { } current)
        {
            _steps[^1] = current with { IsCached = true };
        }
    }

    /// <summary>Ends the step that goes on.</summary>
    public void End(DateTime now)
    {
        if (Current is { } current)
        {
            _steps[^1] = current with { Took = now - _since };
        }
    }

    /// <summary>Says where a step stands, for a message.</summary>
    public string Place(LocalStep step) =>
        step.Number <= _instructions.Count
            ? $"{step.Name} (line {_instructions[step.Number - 1].Line} of the Dockerfile)"
            : step.Name;
}
