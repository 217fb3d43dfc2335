namespace LocalCluster.Storage;

internal enum ChangeType
{
    Added,
    Modified,
    Deleted,
}
