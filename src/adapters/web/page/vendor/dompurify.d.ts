// The package's browser build is copied beside this file by the build.
export { default } from 'dompurify';
