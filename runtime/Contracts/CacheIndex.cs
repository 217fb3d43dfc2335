namespace GemmaOperator.Runtime.Contracts;

/// <summary>Names of the indexes that every cache has.</summary>
internal static class CacheIndex
{
    /// <summary>By the UID of each owner reference.</summary>
    public const string OwnerUid = "ownerUid";
}
