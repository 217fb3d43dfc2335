namespace GemmaOperator.Api.Workloads;

/// <summary>Says what becomes of what serves when the object is deleted.</summary>
internal enum DeletionPolicy
{
    /// <summary>It goes with the object.</summary>
    Delete,

    /// <summary>It stays and serves on; an object of the same name takes it over.</summary>
    Orphan,
}
