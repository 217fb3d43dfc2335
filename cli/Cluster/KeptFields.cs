using System.Text;
using System.Text.Json;

namespace KubectlGemma.Cluster;

/// <summary>
/// Names a field that is kept of an answer, and which of its fields; all of it where none is named. Of a list it is
/// said of each entry.
/// </summary>
internal sealed class KeptFields(string name, params KeptFields[] fields)
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name);

    /// <summary>Returns what is kept of a list of objects: of each these fields, and what continues the list.</summary>
    public static KeptFields OfList(params KeptFields[] ofEach) =>
        new("", new("items", ofEach), new("metadata", new("continue"), new("resourceVersion")));

    /// <summary>Returns what is kept of the field whose name is being read; null: nothing.</summary>
    public KeptFields? Find(ref readonly Utf8JsonReader reader)
    {
        if (fields.Length == 0)
        {
            return this;
        }

        foreach (var field in fields)
        {
            if (reader.ValueTextEquals(field._name))
            {
                return field;
            }
        }

        return null;
    }
}
