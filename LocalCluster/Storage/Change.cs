namespace LocalCluster.Storage;

/// <summary>Holds one change as watchers see it: the new version, and the one before it for selectors.</summary>
internal sealed record Change(ChangeType Type, string Resource, StoredObject Object, StoredObject? Before);
