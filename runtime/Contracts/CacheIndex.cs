namespace GemmaOperator.Runtime.Contracts;

/// <summary>Names the indexes that every cache has.</summary>
public static class CacheIndex
{
    /// <summary>Finds objects by the UID of each of their owners.</summary>
    public const string OwnerUid = "ownerUid";
}
