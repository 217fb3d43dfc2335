using System.Text.Json.Nodes;

namespace KubectlGemma.Acting;

/// <summary>Holds one write that a person asked for, as a merge patch, and what is told of it.</summary>
/// <param name="Name">The object that is changed.</param>
/// <param name="Patch">What is sent.</param>
/// <param name="Done">What it means, as a sentence without full stop.</param>
/// <param name="Next">What happens then.</param>
internal sealed record Change(string Name, JsonObject Patch, string Done, string Next)
{
    /// <summary>Gets whether it is about a GemmaBuild.</summary>
    public bool IsOfBuild { get; init; }

    /// <summary>Gets what has to be seen of a GemmaBaseImage for it to have led anywhere.</summary>
    public Awaited Awaits { get; init; } = new();

    /// <summary>Gets what the write must not have missed; null where it can't undo anybody's.</summary>
    public string? Version { get; init; }

    /// <summary>Gets what is sent, with the version that it is based on.</summary>
    public JsonObject Body()
    {
        var body = Patch.DeepClone().AsObject();
        if (Version is { } version)
        {
            (body["metadata"] as JsonObject ?? (JsonObject)(body["metadata"] = new JsonObject()))["resourceVersion"] =
                version;
        }

        return body;
    }
}
