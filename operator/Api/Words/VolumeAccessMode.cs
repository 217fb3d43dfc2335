namespace GemmaOperator.Api.Words;

/// <summary>Names the access modes that a claim for weights may have.</summary>
internal enum VolumeAccessMode
{
    ReadWriteOnce,
    ReadWriteOncePod,
    ReadWriteMany,
}
