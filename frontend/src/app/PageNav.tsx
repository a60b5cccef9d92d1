import { Icon } from "../shared/Icon";
import { Link } from "../shared/Link";
import { atPage } from "../shared/urlState";
import { useUser } from "../shared/user";
import { pagesFor, usePage } from "./pages";

/** The way from page to page; nothing for those who may see one only. */
export function PageNav() {
  const pages = pagesFor(useUser());
  const current = usePage();
  if (pages.length < 2) return null;
  return (
    <nav className="page-nav" aria-label="Pages">
      {pages.map(({ name, title, icon }) => (
        <Link key={name} to={atPage(name)} aria-current={name === current?.name ? "page" : undefined}>
          <Icon name={icon} />
          {title}
        </Link>
      ))}
    </nav>
  );
}
