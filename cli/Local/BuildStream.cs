using System.Globalization;
using System.Text.RegularExpressions;
using Docker.DotNet.Models;
using KubectlGemma.Local.Engines;

namespace KubectlGemma.Local;

/// <summary>
/// Reads what an engine's classic builder tells: its steps are known by the form of their lines only (moby,
/// builder/dockerfile/evaluator.go; Buildah, imagebuildah), which any program may write, too. So a step counts only as
/// the next one, and nothing but what is shown depends on it.
/// </summary>
internal sealed partial class BuildStream
{
    private readonly LineBuffer _lines = new();
    private int _at;
    private int _of;

    /// <summary>Returns what one message tells.</summary>
    public IEnumerable<BuildEvent> Read(JSONMessage message)
    {
        foreach (var line in _lines.Add(message.Stream ?? ""))
        {
            if (line.Length > 0)
            {
                yield return OfLine(line);
            }
        }

        if (message.Status is { Length: > 0 } status && message.Progress is null)
        {
            yield return new BuildEvent.Said(status);
        }

        if (EngineMessage.Aux(message, "ID") is { } id)
        {
            yield return new BuildEvent.Image(id);
        }

        if (message.Error is { } error)
        {
            yield return new BuildEvent.Failed(error.Code is > 0 ? error.Code : null, error.Message ?? "");
        }
    }

    private BuildEvent OfLine(string line)
    {
        if (
            Step().Match(line) is { Success: true } step
            && int.TryParse(step.Groups["number"].Value, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(step.Groups["of"].Value, CultureInfo.InvariantCulture, out var of)
            && number == _at + 1
            && (_of == 0 || of == _of)
        )
        {
            (_at, _of) = (number, of);
            return new BuildEvent.Began(number);
        }

        return Cached().IsMatch(line) ? new BuildEvent.FromCache()
            : Made().Match(line) is { Success: true } made ? new BuildEvent.Made(made.Groups["id"].Value)
            : new BuildEvent.Said(line);
    }

    private const RegexOptions Options =
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase;

    [GeneratedRegex(@"\Astep (?<number>[0-9]{1,4})/(?<of>[0-9]{1,4}) ?: ", Options)]
    private static partial Regex Step();

    [GeneratedRegex(@"\A( ---|--)> Using cache( [0-9a-f]{12,64})?\z", Options)]
    private static partial Regex Cached();

    [GeneratedRegex(@"\A( ---|--)> (?<id>[0-9a-f]{12,64})\z", Options)]
    private static partial Regex Made();
}
