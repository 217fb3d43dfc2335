using System.Security.Cryptography;

namespace LocalCluster.Json;

/// <summary>Makes suffixes of generated names: five characters without vowels, as Kubernetes makes them.</summary>
internal static class NameSuffix
{
    public static string Next() => RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
}
