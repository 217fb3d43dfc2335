namespace KubectlGemma.Images;

/// <summary>Holds what came of checking one thing, for people.</summary>
internal sealed record Verdict(string Subject, Finding Finding, string Text)
{
    /// <summary>Gets whether the image can be trusted as far as this goes.</summary>
    public bool IsGood => Finding is Finding.Holds or Finding.NotAsked;
}
