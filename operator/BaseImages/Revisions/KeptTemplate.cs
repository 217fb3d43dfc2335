using GemmaOperator.Text;

namespace GemmaOperator.BaseImages.Revisions;

/// <summary>Says what was read of the ControllerRevision that the status names.</summary>
/// <param name="Text">The pod template that it holds, as JSON; null when it wasn't read, or isn't believed.</param>
/// <param name="Problem">Why it isn't believed; null when nothing is wrong, or it wasn't read.</param>
internal sealed record KeptTemplate(CompressedString? Text, string? Problem)
{
    /// <summary>Nobody had to read it.</summary>
    public static readonly KeptTemplate Unread = new(null, null);

    /// <summary>Gets whether what was kept is there no more.</summary>
    public bool IsLost => Problem is not null;
}
