namespace KubectlGemma.Output.Data;

/// <summary>Names the forms of output.</summary>
internal enum OutputKind
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>For people, with more columns.</summary>
    Wide,
    Json,
    Yaml,

    /// <summary>Kind and name alone.</summary>
    Name,
    JsonPath,
}
