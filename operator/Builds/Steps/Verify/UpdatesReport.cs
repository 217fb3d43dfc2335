using System.Text.Json;
using System.Text.RegularExpressions;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Holds what a candidate says of the updates of its operating system.</summary>
internal sealed partial record UpdatesReport
{
    /// <summary>Gets why it can't say anything; null when it does.</summary>
    public string? Error { get; init; }

    /// <summary>Gets what became of them; null for a word that isn't known.</summary>
    public SystemUpdatesResult? Result { get; init; }

    /// <summary>Gets the package manager; empty where none is known.</summary>
    public string Manager { get; init; } = "";

    /// <summary>Gets how many packages are new or have another version.</summary>
    public int Changed { get; init; }

    /// <summary>Gets how many packages were held.</summary>
    public int Held { get; init; }

    /// <summary>Gets how many of those have another version now.</summary>
    public int MovedCount { get; init; }

    /// <summary>Gets the first of them.</summary>
    public IReadOnlyList<MovedPackage> Moved { get; init; } = [];

    /// <summary>Gets what apt said first; empty when it wasn't asked, or had nothing to say.</summary>
    public string Said { get; init; } = "";

    /// <summary>Holds a package that was held and isn't what it was.</summary>
    /// <param name="Name">Name and architecture.</param>
    /// <param name="Held">Version that was held.</param>
    /// <param name="Found">Version now; empty when it is gone.</param>
    internal sealed record MovedPackage(string Name, string Held, string Found);

    /// <summary>Reads its part of a report.</summary>
    /// <param name="json">The part.</param>
    /// <param name="clean">Bounds and cleans a text.</param>
    /// <exception cref="InvalidOperationException">It has another form.</exception>
    /// <exception cref="KeyNotFoundException">It lacks a field.</exception>
    public static UpdatesReport Of(JsonElement json, Func<string?, string> clean)
    {
        if (json.TryGetProperty("error", out var error))
        {
            return new UpdatesReport { Error = clean(error.GetString()) };
        }

        var manager = clean(json.GetProperty("manager").GetString());
        var moved = json.GetProperty("moved").EnumerateArray().Take(MostMoved);
        return new UpdatesReport
        {
            Result = WireEnum<SystemUpdatesResult>.Read(json.GetProperty("result").GetString()).Value,
            Manager = ManagerName().IsMatch(manager) && manager != "none" ? manager : "",
            Changed = Math.Max(json.GetProperty("changed").GetInt32(), 0),
            Held = Math.Max(json.GetProperty("held").GetInt32(), 0),
            MovedCount = json.GetProperty("movedCount").GetInt32(),
            Moved =
            [
                .. moved.Select(package => new MovedPackage(
                    clean(package.GetProperty("name").GetString()),
                    clean(package.GetProperty("held").GetString()),
                    clean(package.GetProperty("found").GetString())
                )),
            ],
            Said = clean(json.GetProperty("said").GetString()),
        };
    }

    private const int MostMoved = 5;

    [GeneratedRegex(@"\A[a-z-]{1,20}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ManagerName();
}
