namespace GemmaOperator.Api.Contents;

/// <summary>Says what became of comparing an image's packages with those of the one published before.</summary>
internal enum ContentsComparison
{
    /// <summary>The changes are listed.</summary>
    Compared,

    /// <summary>Nothing was published before.</summary>
    FirstImage,

    /// <summary>What the image before holds was never listed, or its document wasn't stored.</summary>
    UnknownBefore,

    /// <summary>The registry has the document of the image before no more.</summary>
    DocumentGone,

    /// <summary>What the registry has in its place isn't what was stored: somebody replaced it.</summary>
    DocumentReplaced,

    /// <summary>The document is what was stored and can't be read, or the registry doesn't give it out.</summary>
    DocumentUnreadable,
}
