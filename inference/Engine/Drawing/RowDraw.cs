namespace GemmaInference.Engine.Drawing;

/// <summary>Says how a row's token is chosen; the more a row needs, the later it stands here.</summary>
internal enum RowDraw
{
    /// <summary>The likeliest.</summary>
    Greedy,

    /// <summary>Drawn from all tokens.</summary>
    Drawn,

    /// <summary>Drawn from what min-p, top-k and top-p leave.</summary>
    Cut,
}
