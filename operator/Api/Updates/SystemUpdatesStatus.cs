namespace GemmaOperator.Api.Updates;

/// <summary>Says what became of the updates of an image's operating system.</summary>
internal sealed record SystemUpdatesStatus
{
    /// <summary>Which were to be brought.</summary>
    public string Policy { get; init; } = "";

    /// <summary>What became of it: a word of <see cref="SystemUpdatesResult"/>, or of another version.</summary>
    public string Result { get; init; } = "";

    /// <summary>Package manager of the base; empty where none is known.</summary>
    public string PackageManager { get; init; } = "";

    /// <summary>Packages that are new or have another version.</summary>
    public int Changed { get; init; }

    /// <summary>Packages that were kept as they were: CUDA's, PyTorch's, pinned ones.</summary>
    public int Held { get; init; }

    /// <summary>What apt said first, where the updates couldn't be fetched.</summary>
    public string? Message { get; init; }
}
