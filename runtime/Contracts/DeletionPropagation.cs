namespace GemmaOperator.Runtime.Contracts;

/// <summary>What happens to dependents of a deleted object; the names are the API's.</summary>
internal enum DeletionPropagation
{
    Background,
    Foreground,
    Orphan,
}
