namespace Hashgate.Core.Policy.Typosquat;

/// <summary>What a name looks like at a glance: the same for names that differ only in separators and in characters that look alike.</summary>
internal static class Look
{
    public static string Of(string name)
    {
        var look = new System.Text.StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            var pair = i + 1 < name.Length ? name[i + 1] : '\0';
            var (shown, taken) = (name[i], pair) switch
            {
                ('r', 'n') => ('m', 2),
                ('v', 'v') => ('w', 2),
                ('c', 'l') => ('d', 2),
                ('0', _) => ('o', 1),
                ('1' or 'i', _) => ('l', 1),
                ('5', _) => ('s', 1),
                var (c, _) => (c, 1),
            };
            if (shown != '-') look.Append(shown);
            i += taken - 1;
        }
        return look.ToString();
    }
}
