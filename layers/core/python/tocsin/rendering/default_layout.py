"""The email layout a new environment starts with: one readable column, the brand's colours, light and dark.

`DEFAULT_LAYOUT` is a definition as the management API holds it, so it is stored, edited and rendered like any other.
Tables carry the frame, because some clients know nothing else. Rules are inlined when an email is rendered, so what a
media query is to change needs `!important`.
"""

DEFAULT_LAYOUT_KEY = "default"

_HTML = """\
{%- assign brand = vars.branding -%}
{%- assign font = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif" -%}
{%- assign sender = vars.app_name | default: tenant.name -%}
<!doctype html>
<html lang="{{ recipient.locale | default: 'en' | escape }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{ sender | escape }}</title>
<style>
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; }
  .content h1 { font-size: 24px; line-height: 1.25; margin: 0 0 16px; letter-spacing: -0.01em; }
  .content h2 { font-size: 19px; line-height: 1.3; margin: 28px 0 12px; }
  .content p, .content ul, .content ol { margin: 0 0 16px; }
  .content > :last-child { margin-bottom: 0; }
  .content a { color: {{ brand.primary_color }}; text-decoration: underline; text-underline-offset: 2px; }
  .content img { max-width: 100%; height: auto; border: 0; }
  .content hr { border: 0; border-top: 1px solid #e4e4e7; margin: 28px 0; }
  .content blockquote { margin: 0 0 16px; padding-left: 16px; border-left: 3px solid #d4d4d8; }
  .content pre { padding: 12px 16px; border-radius: 8px; background: #f4f4f5; overflow-x: auto; font-size: 14px; }
  .content a.button { display: inline-block; padding: 12px 20px; border-radius: 8px; font-weight: 600;
    text-decoration: none; background: {{ brand.primary_color }}; color: {{ brand.primary_color_contrast }}; }
  .dark-logo { display: none; }
  @media (max-width: 620px) {
    .frame { padding: 16px 12px !important; }
    .card { padding: 28px 20px !important; }
  }
  @media (prefers-color-scheme: dark) {
    body, .frame { background: #18181b !important; }
    .card { background: #27272a !important; border-color: #3f3f46 !important;
      border-top-color: {{ brand.dark_primary_color }} !important; }
    .content, .sender { color: #f4f4f5 !important; }
    .content a, .content a.block-button--outline { color: {{ brand.dark_primary_color }} !important;
      border-color: {{ brand.dark_primary_color }} !important; }
    .content a.button, .content a.block-button--solid { background: {{ brand.dark_primary_color }} !important;
      color: {{ brand.dark_primary_color_contrast }} !important; }
    .content hr, .content blockquote, .content .block-divider { border-color: #52525b !important; }
    .content pre { background: #18181b !important; }
    .footer, .footer a { color: #a1a1aa !important; }
    .light-logo { display: none !important; }
    .dark-logo { display: inline-block !important; }
  }
</style>
</head>
<body style="margin:0;padding:0;background:#f4f4f5;">
{%- if preview_text != "" %}
<div style="display:none;max-height:0;overflow:hidden;">{{ preview_text | escape }}</div>
{%- endif %}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
<tr><td class="frame" align="center" style="padding:40px 16px;background:#f4f4f5;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;">
{%- if brand.logo_url or sender != "" %}
<tr><td style="padding:0 4px 20px;">
{%- if brand.logo_url %}
<img class="light-logo" src="{{ brand.logo_url | escape }}" alt="{{ sender | escape }}" height="32"
  style="display:inline-block;height:32px;border:0;">
<!--[if !mso]><!-->
<img class="dark-logo" src="{{ brand.dark_logo_url | escape }}" alt="{{ sender | escape }}" height="32"
  style="display:none;height:32px;border:0;">
<!--<![endif]-->
{%- else %}
<span class="sender" style="font:600 17px/1.4 {{ font }};color:#18181b;">{{ sender | escape }}</span>
{%- endif %}
</td></tr>
{%- endif %}
<tr><td class="card" style="padding:40px;background:#ffffff;border:1px solid #e4e4e7;
  border-top:4px solid {{ brand.primary_color | escape }};border-radius:12px;">
<main class="content" style="font:400 16px/1.6 {{ font }};color:#27272a;">
{{ content }}
</main>
</td></tr>
{%- if footer_links.size > 0 or vars.commercial_unsubscribe_url %}
<tr><td class="footer" align="center"
  style="padding:24px 4px 0;font:400 13px/1.6 {{ font }};color:#71717a;">
{%- for link in footer_links %}
<a href="{{ link.url | escape }}" style="color:#71717a;">{{ link.text | escape }}</a>
{%- unless forloop.last %} &nbsp;·&nbsp; {% endunless %}
{%- endfor %}
{%- if vars.commercial_unsubscribe_url %}
{% if footer_links.size > 0 %}<br>{% endif -%}
<a href="{{ vars.commercial_unsubscribe_url | escape }}" style="color:#71717a;">Unsubscribe</a>
{%- endif %}
</td></tr>
{%- endif %}
</table>
</td></tr>
</table>
</body>
</html>
"""

_TEXT = """\
{{ content }}
{%- if footer_links.size > 0 or vars.commercial_unsubscribe_url %}

--
{%- for link in footer_links %}
{{ link.text }}: {{ link.url }}
{%- endfor %}
{%- if vars.commercial_unsubscribe_url %}
Unsubscribe: {{ vars.commercial_unsubscribe_url }}
{%- endif %}
{%- endif %}
"""

DEFAULT_LAYOUT: dict[str, object] = {
    "key": DEFAULT_LAYOUT_KEY,
    "name": "Default",
    "html_layout": _HTML,
    "text_layout": _TEXT,
    "footer_links": [],
    "is_mjml": False,
}
"""The definition; `updated_at` and the like are added by whoever stores it."""
