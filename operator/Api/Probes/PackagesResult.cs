namespace GemmaOperator.Api.Probes;

/// <summary>Says what an image answered.</summary>
internal enum PackagesResult
{
    /// <summary>A build would bring nothing.</summary>
    NothingToUpdate,

    /// <summary>A build would bring packages, which are listed.</summary>
    UpdatesAvailable,

    /// <summary>It couldn't be asked, or didn't answer.</summary>
    Failed,
}
