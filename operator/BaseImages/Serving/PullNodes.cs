namespace GemmaOperator.BaseImages.Serving;

/// <summary>Says onto which nodes a new image is pulled ahead.</summary>
/// <param name="Nodes">Those that will run it, or may.</param>
/// <param name="LeftOut">Those that have what its pods ask for and take none, each with why.</param>
internal sealed record PullNodes(IReadOnlyList<string> Nodes, IReadOnlyList<(string Node, string Why)> LeftOut)
{
    private const int Shown = 3;

    /// <summary>Gets what people are told of those that are left out; null when none are.</summary>
    public string? Omission =>
        LeftOut.Count == 0
            ? null
            : $"not pulled onto {string.Join(", ", LeftOut.Take(Shown).Select(n => $"{n.Node} ({n.Why})"))}"
                + (LeftOut.Count > Shown ? $" and {LeftOut.Count - Shown} more" : "");
}
