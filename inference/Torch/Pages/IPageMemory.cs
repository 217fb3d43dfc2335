namespace GemmaInference.Torch.Pages;

/// <summary>
/// Keeps ranges of addresses, and puts memory behind parts of them, page by page: what lies there keeps its address
/// while others' memory comes and goes. Of a page that has none, neither reading nor writing is allowed.
/// </summary>
internal interface IPageMemory : IDisposable
{
    /// <summary>Gets the bytes of a page.</summary>
    long PageSize { get; }

    /// <summary>Makes the memory of all pages that will be backed at the same time, where it isn't there yet.</summary>
    /// <param name="pages">How many there are to be.</param>
    void Provide(long pages);

    /// <summary>Reserves addresses, and no memory.</summary>
    /// <param name="bytes">Whole pages.</param>
    /// <returns>Where they begin.</returns>
    nint Reserve(long bytes);

    /// <summary>Puts memory behind pages that have none: finite numbers, whatever they are.</summary>
    void Back(nint address, long pages);

    /// <summary>Lets pages that have no memory read as zeros. They may get memory later.</summary>
    void Show(nint address, long pages);

    /// <summary>Takes pages' memory away, and what they show.</summary>
    void Release(nint address, long pages);

    /// <summary>
    /// Waits until nothing that was begun reads or writes any more; to be called before <see cref="Release"/>.
    /// </summary>
    void Settle();
}
