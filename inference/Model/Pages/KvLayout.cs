namespace GemmaInference.Model.Pages;

/// <summary>Says how a model's keys and values lie in memory, and how many pages of it a sequence takes.</summary>
/// <param name="Global">Of layers that see everything.</param>
/// <param name="Local">Of sliding layers.</param>
/// <param name="ByToken">Whether all heads of a token lie together.</param>
internal sealed record KvLayout(KvKind Global, KvKind Local, bool ByToken)
{
    /// <summary>Gets the bytes of a slot that are there from the start.</summary>
    public long FixedBytes => Global.FixedBytes + Local.FixedBytes;

    /// <summary>Gets the bytes of a page; 0 where there are none.</summary>
    public long PageBytes => Math.Max(Global.PageBytes, Local.PageBytes);

    /// <summary>Gets how many stretches of a slot have pages.</summary>
    public int Stretches => Kinds.Where(kind => kind.IsPaged).Sum(kind => kind.Tensors * kind.Stretches);

    public IReadOnlyList<KvKind> Kinds => [Global, Local];

    /// <summary>Returns how many pages a slot's first tokens take, at most.</summary>
    public long Pages(int tokens) => Global.Pages(tokens) + Local.Pages(tokens);
}
