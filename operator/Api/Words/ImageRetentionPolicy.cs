namespace GemmaOperator.Api.Words;

/// <summary>Names what happens to images in the registry when their build goes.</summary>
internal enum ImageRetentionPolicy
{
    /// <summary>They stay.</summary>
    Orphan,

    /// <summary>They are removed unless something uses them.</summary>
    Delete,
}
